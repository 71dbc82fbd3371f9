# The same in Python: pip install nats-py nkeys; python examples/publish_goal.py REPO
import asyncio, json, os, sys
import nats

home = os.path.abspath(os.environ.get("AWO_HOME", ".awo"))


async def main(repo):
    with open(f"{home}/installation.json") as file:
        url = json.load(file)["natsUrl"]
    nc = await nats.connect(url, nkeys_seed=f"{home}/keys/publisher.nk", inbox_prefix="_INBOX_publisher")
    answer = await nc.request("awo.goals.release", json.dumps({"repo": os.path.abspath(repo)}).encode(), timeout=10)
    print(answer.data.decode())
    await nc.close()


asyncio.run(main(sys.argv[1]))
