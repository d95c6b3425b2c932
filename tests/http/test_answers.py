"""The routes, on the shipped datasets."""

import re

import pytest

from wire import check_error

SHIPPED = ["ecommerce", "sensors", "support"]
COUNT_ORDERS = {"version": 1, "from": "orders",
                "select": [{"agg": "count", "column": "*", "as": "n"}]}


@pytest.fixture(scope="module")
def orders(server):
    """Rows of the table orders, as the schema tells."""
    tables = server.get("/datasets/ecommerce/schema").json["tables"]
    return next(table["rows"] for table in tables if table["name"] == "orders")


def test_healthz(server):
    first, second = server.get("/healthz").json, server.get("/healthz").json
    assert set(first) == {"status", "version", "uptime_s"}
    assert first["status"] == "ok" and first["version"]
    assert 0 <= first["uptime_s"] <= second["uptime_s"]


def test_version(server):
    version = server.get("/version").json
    assert set(version) == {"version", "commit", "engines"}
    assert version["version"] == server.get("/healthz").json["version"]
    assert re.fullmatch("[0-9a-f]{40}|unknown", version["commit"])
    assert set(version["engines"]) == {"duckdb", "python"} and all(version["engines"].values())


def test_readyz(server):
    response = server.get("/readyz")
    assert response.status == 200
    parts = response.json["parts"]
    assert all(set(part) == {"name", "ready", "detail"} and part["ready"] for part in parts)
    assert "sandbox" in {part["name"] for part in parts}


def test_datasets(server):
    page = server.get("/datasets").json
    assert page["next_cursor"] is None
    assert {item["id"] for item in page["items"]} >= set(SHIPPED)
    for item in page["items"]:
        assert set(item) == {"id", "name", "description", "tables", "prompts", "origin", "version"}
        assert len(item["prompts"]) >= 5


def test_datasets_in_pages(server):
    whole = [item["id"] for item in server.get("/datasets").json["items"]]
    found, cursor = [], ""
    while cursor is not None:
        page = server.get(f"/datasets?limit=1&cursor={cursor}").json
        assert len(page["items"]) == 1
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert found == whole
    for query in ["limit=0", "limit=1001", "limit=x", "limit=", "cursor=nowhere"]:
        check_error(server.get(f"/datasets?{query}"), 400)


@pytest.mark.parametrize("dataset", SHIPPED)
def test_schema(server, dataset):
    schema = server.get(f"/datasets/{dataset}/schema").json
    assert schema["id"] == dataset and len(schema["version"]) == 64
    for table in schema["tables"]:
        assert table["rows"] > 0 and len(table["sha256"]) == 64
        assert 0 < len(table["sample"]) <= 10
        for column in table["columns"]:
            assert column["type"] and column["role"]
            assert 0 <= column["profile"]["nulls"] <= table["rows"]


@pytest.mark.parametrize("dataset", SHIPPED)
def test_a_suggested_question(server, dataset):
    items = {item["id"]: item for item in server.get("/datasets").json["items"]}
    question = items[dataset]["prompts"][0]
    response = server.post("/chat", {"dataset_id": dataset, "message": question})
    assert response.status == 200, response.body
    reply = response.json
    assert reply["understood"] and reply["answer"] and reply["explanation"]
    assert reply["plan"]["version"] == 1 and reply["sql"].startswith(("SELECT", "WITH"))
    assert reply["result"]["rows"] and reply["result"]["columns"]
    assert reply["thread_id"] and reply["message_id"]
    assert reply["metadata"]["trace_id"] == response.headers["X-Trace-Id"]
    run = server.get(f"/runs/{reply['runs'][0]}").json
    assert run["result"] == reply["result"] and run["sandbox_layers"]


def test_every_number_of_an_answer_is_a_cell(server):
    reply = server.post("/chat", {"dataset_id": "ecommerce",
                                  "message": "How many orders have a coupon code?"}).json
    assert reply["verified"]["numbers"], reply["answer"]
    names = [column["name"] for column in reply["result"]["columns"]]
    for number in reply["verified"]["numbers"]:
        assert number["text"] in reply["answer"]
        assert number["run_id"] in reply["runs"]
        assert number["column"] in names and number["row"] < len(reply["result"]["rows"])


def test_a_question_that_is_not_understood(server):
    reply = server.post("/chat", {"dataset_id": "ecommerce",
                                  "message": "Why is the sky blue on Tuesdays in Atlantis?"})
    assert reply.status == 200
    assert reply.json["understood"] is False
    assert reply.json["runs"] == [] and reply.json["result"] is None
    assert reply.json["answer"] and reply.json["suggestions"]


def test_a_thread_keeps_its_id(server):
    reply = server.post("/chat", {"dataset_id": "ecommerce", "thread_id": "thr_mine",
                                  "message": "How many orders have a coupon code?"})
    assert reply.json["thread_id"] == "thr_mine"


def test_sql_as_a_message(server, orders):
    reply = server.post("/chat", {"dataset_id": "ecommerce",
                                  "message": "SQL: SELECT count(*) AS n FROM orders"}).json
    assert reply["result"]["rows"] == [[orders]]
    assert reply["result"]["columns"][0]["name"] == "n"
    assert reply["plan"] is None


@pytest.mark.parametrize("message", ["", "   ", "a\u0000b", "x" * 8_001])
def test_messages_that_are_no_question(server, message):
    check_error(server.post("/chat", {"dataset_id": "ecommerce", "message": message}), 400)


def test_run_a_plan(server, orders):
    response = server.post("/runs", {"dataset_id": "ecommerce", "plan": COUNT_ORDERS})
    assert response.status == 200, response.body
    run = response.json
    assert (run["status"], run["kind"]) == ("succeeded", "plan")
    assert run["result"]["rows"] == [[orders]]
    assert run["trace_id"] == response.headers["X-Trace-Id"]
    assert len(run["digest"]) >= 64
    assert server.get(f"/runs/{run['run_id']}").json == run
    assert server.get(f"/runs/{run['run_id']}/status").json == {"run_id": run["run_id"],
                                                                "status": "succeeded"}
    again = server.post("/runs", {"dataset_id": "ecommerce", "plan": COUNT_ORDERS}).json
    assert again["digest"] == run["digest"] and again["run_id"] != run["run_id"]


def test_run_sql_with_parameters(server):
    run = server.post("/runs", {
        "dataset_id": "ecommerce", "params": {"s": "completed'; DROP TABLE orders --"},
        "sql": "SELECT count(*) AS n FROM orders WHERE status = $s"})
    assert run.status == 200, run.body
    assert run.json["result"]["rows"] == [[0]]


def test_unknown_fields_are_ignored(server):
    assert server.post("/runs", {"dataset_id": "ecommerce", "plan": COUNT_ORDERS,
                                 "later": {"a": 1}}).status == 200


def test_a_plan_that_does_not_check(server):
    plan = {"version": 1, "from": "orders", "select": [{"column": "statsu"}, {"column": "nope"}]}
    details = check_error(server.post("/runs", {"dataset_id": "ecommerce", "plan": plan}), 422)
    paths = [issue["path"] for issue in details["issues"]]
    assert paths == ["select[0].column", "select[1].column"]
    assert "status" in details["issues"][0]["message"]


@pytest.mark.parametrize("sql", [
    "DROP TABLE orders", "SELECT 1; SELECT 2", "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'", "COPY orders TO 'orders.csv'", "PRAGMA version",
    "SELECT * FROM nope", "SET threads = 1", "SELECT current_setting('threads')", "SELEC 1"])
def test_sql_that_the_policy_rejects(server, sql):
    for path, body in [("/runs", {"sql": sql}), ("/chat", {"message": f"SQL: {sql}"})]:
        details = check_error(server.post(path, {"dataset_id": "ecommerce", **body}), 422)
        assert details["issues"]
        for issue in details["issues"]:
            assert issue["rule"] and issue["message"]
            assert issue["severity"] in ("info", "warning", "error")


def test_sql_that_fails(server):
    response = server.post("/runs", {
        "dataset_id": "ecommerce",
        "sql": "SELECT CAST(status AS INTEGER) AS n FROM orders"})
    details = check_error(response, 500)
    assert details["timed_out"] is False and details["status"] == "failed"
    run = server.get(f"/runs/{details['run_id']}").json
    assert run["status"] == "failed" and run["error"]["code"] == "execution_failed"
    assert server.get(f"/runs/{details['run_id']}/status").json["status"] == "failed"


def test_the_list_of_runs(server):
    run = server.post("/runs", {"dataset_id": "ecommerce", "plan": COUNT_ORDERS}).json
    page = server.get("/runs?limit=1").json
    assert page["items"][0]["run_id"] == run["run_id"]
    assert "result" not in page["items"][0]
    older = server.get(f"/runs?limit=1&cursor={page['next_cursor']}").json["items"]
    assert older and older[0]["run_id"] != run["run_id"]


def test_a_run_that_has_ended_cannot_be_cancelled(server):
    run = server.post("/runs", {"dataset_id": "ecommerce", "plan": COUNT_ORDERS}).json
    check_error(server.request("DELETE", f"/runs/{run['run_id']}"), 409)
