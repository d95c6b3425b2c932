// The providers' own clients against the scripted model server: it must accept what they send, and
// they must understand what it says.
import assert from 'node:assert/strict';
import { test as register } from 'node:test';

import Anthropic from '@anthropic-ai/sdk';
import * as genai from '@google/genai';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';

import { examplesOf } from './examples.mjs';
import { always, inOrder, withServer } from './server.mjs';

/** A client that waits for ever fails after half a minute. */
const test = (name, run) => register(name, { timeout: 30_000 }, run);

const key = 'sk-of-the-test';
const text = 'Grüße: 12 € für 数据.';
const usage = { input_tokens: 25, output_tokens: 13 };

const openaiAt = (url, more) =>
  new OpenAI({ apiKey: key, baseURL: `${url}/v1`, maxRetries: 0, ...more });
const anthropicAt = (url, more) =>
  new Anthropic({ apiKey: key, baseURL: url, maxRetries: 0, ...more });
const googleAt = (url) => new genai.GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } });

const openaiQuestion = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] };
const anthropicQuestion = {
  model: 'claude-sonnet-4-5',
  max_tokens: 1024,
  messages: [{ role: 'user', content: 'hi' }],
};
const googleQuestion = { model: 'gemini-2.5-flash', contents: 'hi' };

const all = async (stream) => {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
};

const addSchema = {
  type: 'object',
  properties: { a: { type: 'number' }, b: { type: 'number' } },
  required: ['a', 'b'],
};
const twoCalls = {
  text: 'Let me add.',
  tool_calls: [
    { name: 'add', arguments: { a: 1, b: 2 } },
    { name: 'add', arguments: { a: 30, b: 40 } },
  ],
  ...usage,
};
/** However the bytes are cut, the client must see the same. */
const cuts = [
  {},
  { write_bytes: 1, piece_chars: 1 },
  { write_bytes: 7, piece_chars: 3 },
  { write_bytes: 5, crlf: true },
];

function everyExampleReadable(examples, least) {
  assert.deepEqual(examples.unreadable, []);
  assert.ok(examples.payloads.length >= least, `only ${examples.payloads.length} examples`);
}
function noneRefused(requests) {
  assert.deepEqual(
    requests.filter((request) => request.refused !== ''),
    [],
  );
}

function retried(requests) {
  assert.deepEqual(
    requests.map((request) => request.status),
    [429, 500, 200],
  );
}

// ---- the packages' own examples ----

test('openai: every example of the package is accepted', async () => {
  const calls = ['chat.completions.create', 'chat.completions.parse'];
  const examples = examplesOf('openai', calls, { z, zodResponseFormat });
  everyExampleReadable(examples, 6);
  await withServer({ ...always({ text, ...usage }), api_key: key }, async (url) => {
    const client = openaiAt(url);
    for (const { body } of examples.payloads) {
      const whole = await client.chat.completions.create({ ...body, stream: false });
      assert.equal(whole.choices[0].message.content, text);
      const pieces = await all(
        await client.chat.completions.create({
          ...body,
          stream: true,
          stream_options: { include_usage: true },
        }),
      );
      assert.equal(pieces.map((p) => p.choices[0]?.delta.content ?? '').join(''), text);
    }
  }, noneRefused);
});

test('@anthropic-ai/sdk: every example of the package is accepted', async () => {
  const examples = examplesOf('@anthropic-ai/sdk', ['messages.create', 'messages.stream'], {});
  everyExampleReadable(examples, 8);
  const bodies = examples.payloads.map(({ body }) => body);
  // Lists of messages, single messages, tools, and a call with its result.
  const base = { model: 'claude-sonnet-4-5', max_tokens: 1024 };
  const values = examples.json.map(({ value }) => value);
  const isMessages = (value) => Array.isArray(value) && value[0].role;
  for (const messages of values.filter(isMessages)) bodies.push({ ...base, messages });
  for (const message of values.filter((value) => value.role))
    bodies.push({ ...base, messages: [message] });
  const tools = values.find((value) => value[0]?.input_schema);
  const call = values.find((value) => value[0]?.type === 'tool_use');
  const result = values.find((value) => value[0]?.type === 'tool_result');
  const asked = { role: 'user', content: "What's the S&P 500 at today?" };
  bodies.push({ ...base, tools, messages: [asked] });
  bodies.push({
    ...base,
    tools,
    messages: [asked, { role: 'assistant', content: call }, { role: 'user', content: result }],
  });
  assert.ok(bodies.length >= 16, `only ${bodies.length} examples`);
  await withServer({ ...always({ text, ...usage }), api_key: key }, async (url) => {
    const client = anthropicAt(url);
    for (const body of bodies) {
      const whole = await client.messages.create({ ...body, stream: false });
      assert.deepEqual(
        whole.content.map((block) => block.text),
        [text],
      );
      const { stream, ...rest } = body;
      assert.equal(await client.messages.stream(rest).finalText(), text);
    }
  }, noneRefused);
});

test('@google/genai: every example of the package is accepted', async () => {
  const calls = ['models.generateContent', 'models.generateContentStream', 'chats.create'];
  const examples = examplesOf('@google/genai', calls, genai);
  everyExampleReadable(examples, 8);
  await withServer({ ...always({ text, ...usage }), api_key: key }, async (url) => {
    const ai = googleAt(url);
    for (const { body } of examples.payloads) {
      if (!body.contents) {
        const chat = ai.chats.create(body);
        assert.equal((await chat.sendMessage({ message: 'Why is the sky blue?' })).text, text);
        const stream = await chat.sendMessageStream({ message: 'And at night?' });
        assert.equal((await all(stream)).map((p) => p.text ?? '').join(''), text);
        continue;
      }
      assert.equal((await ai.models.generateContent(body)).text, text);
      const pieces = await all(await ai.models.generateContentStream(body));
      assert.equal(pieces.map((p) => p.text ?? '').join(''), text);
    }
  }, noneRefused);
});

// ---- text, tools and usage, whole and streamed ----

for (const cut of cuts) {
  const how = JSON.stringify(cut);

  test(`openai: text, calls and usage, ${how}`, async () => {
    await withServer(always({ ...twoCalls, ...cut }), async (url) => {
      const tools = [{ type: 'function', function: { name: 'add', parameters: addSchema } }];
      const stream = openaiAt(url).beta.chat.completions.stream({
        ...openaiQuestion,
        tools,
        stream_options: { include_usage: true },
      });
      const completion = await stream.finalChatCompletion();
      const { message, finish_reason } = completion.choices[0];
      assert.equal(message.content, 'Let me add.');
      assert.equal(finish_reason, 'tool_calls');
      assert.deepEqual(
        message.tool_calls.map((call) => JSON.parse(call.function.arguments)),
        twoCalls.tool_calls.map((call) => call.arguments),
      );
      assert.equal(new Set(message.tool_calls.map((call) => call.id)).size, 2);
      assert.equal(completion.usage.prompt_tokens, 25);
      assert.equal(completion.usage.completion_tokens, 13);
    });
  });

  test(`@anthropic-ai/sdk: text, calls and usage, ${how}`, async () => {
    await withServer(always({ ...twoCalls, ...cut, comments: true }), async (url) => {
      const message = await anthropicAt(url)
        .messages.stream({ ...anthropicQuestion, tools: [{ name: 'add', input_schema: addSchema }] })
        .finalMessage();
      assert.equal(message.content[0].text, 'Let me add.');
      assert.deepEqual(
        message.content.slice(1).map((block) => block.input),
        twoCalls.tool_calls.map((call) => call.arguments),
      );
      assert.equal(message.stop_reason, 'tool_use');
      assert.equal(message.usage.output_tokens, 13);
      assert.equal(message.usage.input_tokens, 25);
    });
  });

  // Its stream reader takes each read of the network for whole events of CR LF.
  test(`@google/genai: text, calls and usage, ${how}`, async () => {
    await withServer(always({ ...twoCalls, ...cut }), async (url) => {
      const config = { tools: [{ functionDeclarations: [{ name: 'add', parameters: addSchema }] }] };
      const pieces = await all(
        await googleAt(url).models.generateContentStream({ ...googleQuestion, config }),
      );
      const parts = pieces.flatMap((piece) => piece.candidates[0].content?.parts ?? []);
      assert.equal(parts.map((part) => part.text ?? '').join(''), 'Let me add.');
      assert.deepEqual(
        pieces.flatMap((piece) => piece.functionCalls ?? []).map((call) => call.args),
        twoCalls.tool_calls.map((call) => call.arguments),
      );
      assert.equal(pieces.at(-1).usageMetadata.candidatesTokenCount, 13);
      assert.equal(pieces.at(-1).candidates[0].finishReason, 'STOP');
    });
  });
}

test('openai: tools that the client runs by itself', async () => {
  await withServer(inOrder(twoCalls, { text }), async (url) => {
    const added = [];
    const runner = openaiAt(url).beta.chat.completions.runTools({
      ...openaiQuestion,
      tools: [
        {
          type: 'function',
          function: {
            name: 'add',
            parameters: addSchema,
            parse: JSON.parse,
            function: ({ a, b }) => {
              added.push(a + b);
              return String(a + b);
            },
          },
        },
      ],
    });
    assert.equal(await runner.finalContent(), text);
    assert.deepEqual(added, [3, 70]);
  }, noneRefused);
});

test('openai: an answer held to a schema', async () => {
  await withServer(always({ text: '{"x": -3}' }), async (url) => {
    const completion = await openaiAt(url).beta.chat.completions.parse({
      ...openaiQuestion,
      response_format: zodResponseFormat(z.object({ x: z.number() }), 'answer'),
    });
    assert.equal(completion.choices[0].message.parsed.x, -3);
  }, noneRefused);
});

test('@anthropic-ai/sdk: thinking before the answer, whole and streamed', async () => {
  const reply = { text, thinking: 'Hm. 数据!', piece_chars: 2 };
  await withServer(always(reply), async (url) => {
    const body = {
      ...anthropicQuestion,
      max_tokens: 4096,
      thinking: { type: 'enabled', budget_tokens: 1024 },
    };
    const whole = await anthropicAt(url).messages.create(body);
    const streamed = await anthropicAt(url).messages.stream(body).finalMessage();
    for (const message of [whole, streamed]) {
      assert.deepEqual(message.content[0], {
        type: 'thinking',
        thinking: reply.thinking,
        signature: 'c2lnbmVk',
      });
      assert.equal(message.content[1].text, text);
    }
  }, noneRefused);
});

test('@google/genai: a call and its result', async () => {
  const call = { tool_calls: [{ name: 'add', arguments: { a: 1, b: 2 } }] };
  await withServer(inOrder(call, { text }), async (url) => {
    const ai = googleAt(url);
    const config = { tools: [{ functionDeclarations: [{ name: 'add', parameters: addSchema }] }] };
    const first = await ai.models.generateContent({ ...googleQuestion, config });
    assert.equal(first.functionCalls[0].name, 'add');
    const contents = [
      { role: 'user', parts: [{ text: 'hi' }] },
      first.candidates[0].content,
      { role: 'user', parts: [{ functionResponse: { name: 'add', response: { output: 3 } } }] },
    ];
    const second = await ai.models.generateContent({ ...googleQuestion, contents, config });
    assert.equal(second.text, text);
  }, noneRefused);
});

test('every reason to end is understood', async () => {
  const reasons = {
    stop: ['stop', 'end_turn', 'STOP'],
    length: ['length', 'max_tokens', 'MAX_TOKENS'],
    content_filter: ['content_filter', 'refusal', 'SAFETY'],
  };
  for (const [finish, [openai, anthropic, google]] of Object.entries(reasons))
    await withServer(always({ text, finish }), async (url) => {
      const one = await openaiAt(url).chat.completions.create(openaiQuestion);
      assert.equal(one.choices[0].finish_reason, openai);
      const other = await anthropicAt(url).messages.create(anthropicQuestion);
      assert.equal(other.stop_reason, anthropic);
      const third = await googleAt(url).models.generateContent(googleQuestion);
      assert.equal(third.candidates[0].finishReason, google);
    });
});

test('models are listed', async () => {
  await withServer(always({ text }), async (url) => {
    assert.deepEqual(
      (await all(await openaiAt(url).models.list())).map((model) => model.id),
      ['scripted-1'],
    );
    assert.deepEqual(
      (await all(await anthropicAt(url).models.list())).map((model) => model.id),
      ['scripted-1'],
    );
  });
});

// ---- errors ----

const classes = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  403: 'PermissionDeniedError',
  404: 'NotFoundError',
  429: 'RateLimitError',
  500: 'InternalServerError',
  529: 'InternalServerError',
};

for (const [status, name] of Object.entries(classes))
  test(`status ${status} is a ${name}`, async () => {
    const reply = { status: Number(status), error_message: 'as the script says' };
    await withServer(always(reply), async (url) => {
      for (const stream of [false, true]) {
        const openai = await openaiAt(url)
          .chat.completions.create({ ...openaiQuestion, stream })
          .catch((error) => error);
        assert.ok(openai instanceof OpenAI[name], String(openai));
        assert.equal(openai.error.message, 'as the script says');
        const anthropic = await anthropicAt(url)
          .messages.create({ ...anthropicQuestion, stream })
          .catch((error) => error);
        assert.ok(anthropic instanceof Anthropic[name], String(anthropic));
        assert.equal(anthropic.error.error.message, 'as the script says');
      }
      await assert.rejects(googleAt(url).models.generateContent(googleQuestion), (error) => {
        assert.match(error.message, new RegExp(`as the script says`));
        assert.match(error.message, new RegExp(`${status}`));
        return true;
      });
    });
  });

test('the clients try again after 429 and 500, and wait as they are told', async () => {
  const script = inOrder({ status: 429, retry_after: '0.05' }, { status: 500, retry_after: '0.05' }, { text });
  await withServer(script, async (url) => {
    const completion = await openaiAt(url, { maxRetries: 2 }).chat.completions.create(openaiQuestion);
    assert.equal(completion.choices[0].message.content, text);
  }, retried);
  await withServer(script, async (url) => {
    const message = await anthropicAt(url, { maxRetries: 2 }).messages.create(anthropicQuestion);
    assert.equal(message.content[0].text, text);
  }, retried);
});

// What each client makes of a stream that goes wrong; all of them must notice, or say nothing more.
for (const fault of ['error_event', 'malformed_json', 'cut_before_finish'])
  test(`a stream with the fault ${fault} is an error`, async () => {
    await withServer(always({ text, fault }), async (url) => {
      const openai = openaiAt(url).chat.completions.create({ ...openaiQuestion, stream: true });
      await assert.rejects(openai.then(all));
      await assert.rejects(anthropicAt(url).messages.stream(anthropicQuestion).finalMessage());
      await assert.rejects(googleAt(url).models.generateContentStream(googleQuestion).then(all));
    });
  });

// ---- what the real servers refuse ----

test('a request that the real servers refuse is refused', async () => {
  await withServer({ ...always({ text }), api_key: key }, async (url) => {
    const openai = openaiAt(url);
    const refusedByOpenai = (body, said) =>
      assert.rejects(openai.chat.completions.create({ ...openaiQuestion, ...body }), (error) => {
        assert.ok(error instanceof OpenAI.BadRequestError, String(error));
        assert.match(error.message, said);
        return true;
      });
    await refusedByOpenai({ messages: [] }, /empty array/);
    await refusedByOpenai({ top_k: 3 }, /Unrecognized request argument/);
    await refusedByOpenai({ messages: [{ role: 'tool', tool_call_id: 'x', content: 'y' }] }, /must be a response/);

    const anthropic = anthropicAt(url);
    const refusedByAnthropic = (body, said) =>
      assert.rejects(anthropic.messages.create({ ...anthropicQuestion, ...body }), (error) => {
        assert.ok(error instanceof Anthropic.BadRequestError, String(error));
        assert.match(error.message, said);
        return true;
      });
    await refusedByAnthropic({ max_tokens: undefined }, /max_tokens: Field required/);
    await refusedByAnthropic({ messages: [{ role: 'assistant', content: 'x' }] }, /first message/);
    await refusedByAnthropic({ temperature: 1.5 }, /temperature: range: 0..1/);

    const wrong = anthropicAt(url, { apiKey: 'sk-of-somebody' });
    await assert.rejects(wrong.messages.create(anthropicQuestion), Anthropic.AuthenticationError);
  });
});
