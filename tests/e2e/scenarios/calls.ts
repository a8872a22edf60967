// Calls that a page makes all the time, so that a dead token shows.
interface Calling {
  timer: ReturnType<typeof setInterval>;
  calls: Promise<void>[];
  failures: string[];
}

/** Runs in the page: a call each second. Every other one is made with the token itself, so that no replay hides a stale one. */
export function beginCalls(url: string) {
  const calls: Promise<void>[] = [];
  const failures: string[] = [];
  const call = async () => {
    const { session } = e2e;
    const response = await (calls.length % 2
      ? session.fetch(url)
      : fetch(url, { headers: { authorization: `Bearer ${await session.getAccessToken()}` } }));
    if (!response.ok) failures.push(String(response.status));
  };
  const timer = setInterval(() => calls.push(call().catch((error) => void failures.push(String(error)))), 1_000);
  Object.assign(globalThis, { calling: { timer, calls, failures } });
}

/** Runs in the page. */
export async function endCalls() {
  const { timer, calls, failures } = (globalThis as unknown as { calling: Calling }).calling;
  clearInterval(timer);
  await Promise.all(calls);
  return { made: calls.length, failures };
}
