import OpenAI from 'openai';

const client = new OpenAI({
  apiKey: 'My API Key',
});

const model = await client.models.retrieve('gpt-4o-mini');

console.log(model.id);
