import OpenAI from 'openai';

const client = new OpenAI({
  apiKey: 'My API Key',
});

const modelDeleted = await client.models.delete('ft:gpt-4o-mini:acemeco:suffix:abc123');

console.log(modelDeleted.id);
