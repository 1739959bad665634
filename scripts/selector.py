"""Answers questions by a trained ResponseSelector. Runs in Rasa's environment.

Reads questions from its input, a JSON string a line, and prints for each the entries that Rasa
would answer with and its confidence in them, as a JSON object a line.
"""

import asyncio
import json
import sys

from rasa.core.agent import Agent  # type: ignore[import-not-found]  # in Rasa's environment only


async def main(model: str) -> None:
    """Loads the model and answers until the input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr  # Rasa prints its log
    agent = Agent.load(model)
    for line in sys.stdin:
        parsed = await agent.parse_message(json.loads(line))
        found = {
            each["intent_response_key"].partition("/")[2]: each["confidence"]
            for each in parsed["response_selector"]["faq"]["ranking"]
        }
        print(json.dumps(found), file=answers, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
