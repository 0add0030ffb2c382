import type { CDPSession, Page } from 'playwright-core';

/** Bytes that the page and its worker hold in JavaScript, after everything that can be freed is freed. */
export async function heap(page: Page): Promise<{ page: number; worker: number }> {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    const worker = await workerOf(session);
    await worker.send('HeapProfiler.collectGarbage');
    const used = await worker.send('Runtime.getHeapUsage');
    return { page: usedSize, worker: Number(used.usedSize) };
  } finally {
    await session.detach();
  }
}

/** The worker of a page, which answers in envelopes. */
async function workerOf(session: CDPSession): Promise<{ send(method: string): Promise<Record<string, unknown>> }> {
  const attached = new Promise<string>((resolve) =>
    session.once('Target.attachedToTarget', ({ sessionId }) => resolve(sessionId)),
  );
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  let id = 0;
  return {
    async send(method) {
      const own = ++id;
      const answered = new Promise<Record<string, unknown>>((resolve) => {
        const listen = ({ message }: { message: string }) => {
          const answer = JSON.parse(message);
          if (answer.id !== own) return;
          session.off('Target.receivedMessageFromTarget', listen);
          resolve(answer.result);
        };
        session.on('Target.receivedMessageFromTarget', listen);
      });
      await session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id: own, method }) });
      return answered;
    },
  };
}
