"""Loads Rasa, the action server and the search as a busy evening would, and measures them.

An open load: messages leave at a fixed rate whether or not answers have come, each from one of
many conversations, with the held-out questions as texts. The load generator runs on the same
machine. Prints speed, errors, memory, and which process was busiest.
"""

import argparse
import asyncio
import json
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx
import psutil

from common.settings import Settings, get_settings
from faq import service

QUESTIONS = Path(__file__).parent.parent / "tests" / "evaluation" / "questions.jsonl"
CONVERSATIONS = 400
TARGET_P95_MS = 250


async def load(settings: Settings, texts: list[str], rate: float, seconds: float) -> None:
    """Sends `rate` messages a second for so many seconds and prints how they fared."""
    url = f"{settings.rasa_url}/webhooks/gateway/webhook"
    latencies: list[float] = []
    failures: Counter[str] = Counter()
    processes = _processes(settings)
    servers = [processes["rasa"], processes["actions"]]
    for process in processes.values():
        process.cpu_percent()
    memory = 0
    limits = httpx.Limits(max_connections=500, max_keepalive_connections=100)
    async with httpx.AsyncClient(limits=limits, timeout=10) as client:

        async def send(text: str) -> None:
            body = {"sender": f"bench-{random.randrange(CONVERSATIONS)}", "text": text}  # noqa: S311
            began = time.perf_counter()
            try:
                answer = await client.post(url, json=body)
                if answer.status_code != httpx.codes.OK or not answer.json()["messages"]:
                    failures[f"status {answer.status_code}, or no message"] += 1
            except httpx.HTTPError as error:
                failures[type(error).__name__] += 1
            latencies.append((time.perf_counter() - began) * 1000)

        started = time.perf_counter()
        pending: set[asyncio.Task[None]] = set()
        for count in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, started + count / rate - time.perf_counter()))
            task = asyncio.create_task(send(texts[count % len(texts)]))
            pending.add(task)
            task.add_done_callback(pending.discard)
            if count % int(rate * 10) == 0:  # every ten seconds
                memory = max(memory, sum(p.memory_info().rss for p in servers))
                print(f"\r  {count / rate:4.0f} of {seconds:.0f} s", end="", flush=True)
        await asyncio.gather(*pending)
        elapsed = time.perf_counter() - started
    busy = {name: process.cpu_percent() for name, process in processes.items()}
    _report(latencies, failures, elapsed, rate)
    gateway = _gateway_memory()
    print(
        f"  memory: rasa and actions up to {memory / 1e9:.2f} GB, gateway {gateway / 1e9:.2f} GB, "
        f"together {(memory + gateway) / 1e9:.2f} GB"
    )
    print("  processor: " + ", ".join(f"{name} {share:.0f}%" for name, share in busy.items()))
    busiest = max(busy, key=busy.__getitem__)
    print(f"  what limits it: {busiest}, one core of which is full at 100%")


def _report(latencies: list[float], failures: Counter[str], elapsed: float, rate: float) -> None:
    cuts = statistics.quantiles(latencies, n=100)
    answered = len(latencies) / elapsed
    print(
        f"\r  asked for {rate:.0f}/s, answered {answered:.1f}/s for {elapsed:.0f} s: "
        f"p50 {cuts[49]:.0f} ms, p95 {cuts[94]:.0f} ms, p99 {cuts[98]:.0f} ms, "
        f"errors {sum(failures.values())} {dict(failures) or ''}"
    )
    verdict = "reached" if cuts[94] <= TARGET_P95_MS and not failures else "NOT reached"
    print(f"  goal of p95 ≤ {TARGET_P95_MS} ms without an error: {verdict}")


def _processes(settings: Settings) -> dict[str, psutil.Process]:
    """Returns the processes that listen on the two ports, by name."""
    ports = {
        httpx.URL(settings.rasa_url).port: "rasa",
        httpx.URL(settings.actions_url).port: "actions",
    }
    found = {"load generator": psutil.Process()}
    for connection in psutil.net_connections("tcp"):
        name = ports.get(connection.laddr.port if connection.laddr else None)
        if name and connection.status == psutil.CONN_LISTEN and connection.pid:
            found[name] = psutil.Process(connection.pid)
    return found


def _gateway_memory() -> int:
    """Returns the resident size of a gateway that waits for input, in bytes."""
    command = [sys.executable, "-m", "bot", "chat"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        time.sleep(8)
        size = psutil.Process(process.pid).memory_info().rss
        process.terminate()
    return size


def search(settings: Settings, texts: list[str]) -> None:
    """Times single searches in this process."""
    searcher = service.load(settings).searcher
    for text in texts[:50]:
        searcher.search(text)
    times = []
    for text in texts:
        began = time.perf_counter()
        searcher.search(text)
        times.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(times, n=100)
    print(f"Search: p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms")


def main() -> int:
    """Runs the measurements."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rate", type=float, default=30, help="messages a second")
    parser.add_argument("--seconds", type=float, default=300)
    options = parser.parse_args()
    settings = get_settings()
    texts = [json.loads(line)["text"] for line in QUESTIONS.read_text("utf-8").splitlines()]
    search(settings, texts)
    print("Rasa + actions + search:")
    asyncio.run(load(settings, texts, options.rate, options.seconds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
