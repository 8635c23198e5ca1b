from openai import OpenAI

client = OpenAI(
    api_key="My API Key",
)
page = client.models.list()
page = page.data[0]
print(page.id)
