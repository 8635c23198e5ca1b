from openai import OpenAI

client = OpenAI(
    api_key="My API Key",
)
model_deleted = client.models.delete(
    "ft:gpt-4o-mini:acemeco:suffix:abc123",
)
print(model_deleted.id)
