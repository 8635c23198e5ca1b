from openai import OpenAI

client = OpenAI(
    api_key="My API Key",
)
model = client.models.retrieve(
    "gpt-4o-mini",
)
print(model.id)
