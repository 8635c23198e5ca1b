"""Hold any server to what the OpenAI API says of its models."""
