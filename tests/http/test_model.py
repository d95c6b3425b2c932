"""The server with a model: the scripted model server speaks a provider's real wire."""

import concurrent.futures
import json
import os
import re
import subprocess

import pytest

from test_streams import ask, begin, check_stream, lines_of, read_events
from wire import check_error

KEY = "sk-secret-of-the-tests"
PLAN = {"from": "orders", "select": [{"column": "channel"},
                                     {"agg": "count", "column": "*", "as": "orders"}],
        "order_by": [{"by": "orders", "direction": "desc"}]}
CALL = {"name": "run_query_plan", "arguments": {"plan": PLAN}}
SENTENCE = "{{r1.rows[0].channel}} brings most orders: {{r1.rows[0].orders}}."
QUESTION = {"dataset_id": "ecommerce", "message": "Which channel brings most orders?"}
CODE = "Here it is:\n```python\ndef calculate(input):\n    return {'twice': input['n'] * 2}\n```\n"
VIEW = ("```tsx\nimport { BarChart, Bar } from \"recharts\";\n"
        "export default function Viz({ data, params }) {\n"
        "  return <BarChart width={400} height={300} data={data}><Bar dataKey=\"n\" /></BarChart>;\n"
        "}\n```")
PROVIDERS = {
    "openai": {"AI_MODEL": "gpt-test"},
    "anthropic": {"AI_MODEL": "claude-test"},
    "google": {"AI_MODEL": "gemini-test"},
}


def rule(reply, times=0, **when):
    return {"when": when, "times": times, "reply": reply}


ANSWERING = [rule({"tool_calls": [CALL], "first_ms": 30}, turn=1), rule({"text": SENTENCE}, turn=2)]


class Model:
    """The scripted model server as a child process."""

    def __init__(self, folder, rules):
        path = folder / "script.json"
        path.write_text(json.dumps({"rules": rules, "api_key": KEY}))
        self.process = subprocess.Popen([os.environ["SCRIPTED_MODEL"], "--quiet", str(path)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = re.search(r"http://\S+", self.process.stdout.readline()).group(0)

    def stop(self):
        self.process.kill()
        self.process.wait(20)
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture
def ask_model(tmp_path, start_server):
    """ask_model(rules, NAME="value", ...) gives a server, the program and the model it asks."""
    models = []

    def start(rules, provider="openai", **settings):
        models.append(Model(tmp_path, rules))
        base = models[-1].url + ("/v1" if provider == "openai" else "")
        program = start_server(LLM_PROVIDER=provider, AI_BASE_URL=base, AI_API_KEY=KEY,
                               MODEL_TIMEOUT_SECONDS="10", MODEL_MAX_RETRIES="0",
                               **{**PROVIDERS[provider], **settings})
        assert program.server.get("/datasets/ecommerce/schema").status == 200
        return program.server, program, models[-1]

    yield start
    for model in models:
        model.stop()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_answer_and_what_was_sent_for_it(ask_model, provider):
    server, program, _ = ask_model(ANSWERING, provider)
    reply = server.post("/chat", QUESTION)
    assert reply.status == 200, reply.body
    answer = reply.json
    assert re.fullmatch(r"Web brings most orders: [\d,]+\.", answer["answer"])
    assert answer["verified"]["numbers"][0]["run_id"] == answer["runs"][0]
    assert answer["metadata"]["provider"] == provider
    assert answer["metadata"]["model"] == PROVIDERS[provider]["AI_MODEL"]
    assert answer["metadata"]["tokens"] == 36
    sent = server.get(f"/messages/{answer['message_id']}/egress").json["items"]
    assert len(sent) == 2
    for one in sent:
        json.loads(one["body"])
        assert {"instructions", "schema", "question"} <= {part["data_class"]
                                                          for part in one["parts"]}
    everything = reply.body.decode() + json.dumps(sent) + "".join(program.lines)
    assert KEY not in everything


def test_the_stream_of_a_conversation(ask_model):
    server, _, _ = ask_model(ANSWERING)
    events = ask(server, QUESTION)
    names = [event.name for event in events if event.name != "thought"]
    assert names[:5] == ["tool_call", "plan", "tool_result", "data", "chart"]
    assert set(names[5:-1]) == {"answer"} and names[-1] == "done"
    said = "".join(event.data["content"] for event in events if event.name == "answer")
    assert said == events[-1].data["reply"]["answer"]
    data = next(event.data for event in events if event.name == "data")
    assert server.get(data["url"]).json["total_rows"] == data["row_count"]


def test_a_follow_up_knows_the_first_question(ask_model):
    rules = [rule({"tool_calls": [CALL]}, turn=1, last_user="Which channel"),
             rule({"text": SENTENCE}, last_tool="run_query_plan"),
             rule({"tool_calls": [CALL]}, any="Which channel", last_user="least")]
    server, _, _ = ask_model(rules)
    first = server.post("/chat", QUESTION).json
    again = server.post("/chat", {**QUESTION, "message": "and the least?",
                                  "thread_id": first["thread_id"]})
    assert again.status == 200, again.body
    assert len(server.get(f"/threads/{first['thread_id']}/messages").json["items"]) == 4


def test_a_model_that_is_down(ask_model):
    server, _, model = ask_model(ANSWERING, python=True)
    model.stop()
    refused = server.post("/chat", QUESTION)
    details = check_error(refused, 503)
    assert details["provider"] == "openai" and details["thread_id"]
    events = ask(server, QUESTION)
    assert [event.name for event in events] == ["thought", "error", "done"]
    assert events[1].data["stage"] == "model"
    check_error(server.post("/ai/codegen", {"prompt": "twice n"}), 503)


def test_a_model_that_is_down_and_a_fallback(ask_model):
    server, _, model = ask_model(ANSWERING, OFFLINE_FALLBACK="true")
    model.stop()
    reply = server.post("/chat", {**QUESTION, "message": "How many orders have a coupon code?"})
    assert reply.status == 200
    assert reply.json["metadata"]["provider"] == "offline"
    assert "could not be reached" in reply.json["assumptions"][0]


def test_a_model_that_dies_in_the_middle(ask_model):
    stalled = [rule({"tool_calls": [CALL]}, turn=1),
               rule({"fault": "stall_in_body", "text": SENTENCE}, turn=2)]
    server, _, model = ask_model(stalled)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        streams = [pool.submit(ask, server, QUESTION) for _ in range(8)]
        with begin(server, QUESTION) as plain:
            for line in lines_of(plain):
                if line == "event: data":
                    break
            model.stop()
        for stream in streams:
            assert [event.name for event in stream.result(60)][-2:] == ["error", "done"]


def test_attempts_that_are_exhausted(ask_model):
    bad = {"name": "run_query_plan", "arguments": {"plan": {**PLAN, "from": "ordres"}}}
    server, _, _ = ask_model([rule({"tool_calls": [bad]})], MAX_ATTEMPTS="1")
    issues = check_error(server.post("/chat", QUESTION), 422)["issues"]
    assert any("orders" in issue["message"] for issue in issues)


def test_drafts_of_a_model(ask_model):
    rules = [rule({"text": CODE}, any="twice"), rule({"text": VIEW}, any="bars"),
             rule({"text": '{"sql": "SELECT channel, count(*) AS n FROM orders GROUP BY channel", '
                           '"parameters": {}, "summary": "Orders of each channel."}'},
                  any="by channel")]
    server, _, _ = ask_model(rules, python=True)
    code = server.post("/ai/codegen", {"prompt": "twice n"})
    assert code.status == 200, code.body
    ran = server.post("/ai/execute", {"python_code": code.json["python_code"],
                                      "input_data": {"n": 21}})
    assert ran.json["result"] == {"twice": 42}
    statement = server.post("/calculate/sql", {"prompt": "by channel", "dataset_id": "ecommerce",
                                               "table_name": "orders"})
    assert statement.status == 200, statement.body
    assert statement.json["count"] == 4 and statement.json["validation"]["is_valid"]
    view = server.post("/generate-ui", {"prompt": "bars", "data": [{"k": "a", "n": 1}]})
    assert view.status == 200, view.body
    assert "export default function Viz" in view.json["artifact"]["code"]
    streamed = server.post("/generate-ui", {"prompt": "bars", "data": [{"k": "a", "n": 1}]},
                           {"Accept": "text/event-stream"})
    events = read_events(streamed.body.decode())
    check_stream(events)
    assert "".join(event.data["content"] for event in events if event.name == "code") == \
        view.json["artifact"]["code"]
