import type { Report } from './boundary.js';
import type * as on from './loop-events.js';
import { ofThrown } from './report.js';

type Tell = (how: typeof on.answered | typeof on.signedOut | typeof on.probed, attempt: number, report: Report) => void;

/** The requests under way. Each is told of once, whatever becomes of it. */
export function createRequests(tell: Tell) {
  const controllers = new Map<number, AbortController>();
  return {
    /** Returns before `request` is called: functions of the caller's run outside the loop. */
    begin(how: Parameters<Tell>[0], attempt: number, request: (signal: AbortSignal) => Promise<Report>) {
      const controller = new AbortController();
      controllers.set(attempt, controller);
      Promise.resolve(controller.signal)
        .then(request)
        .catch(ofThrown)
        .then((report) => {
          controllers.delete(attempt);
          tell(how, attempt, report);
        });
    },
    abandon(attempt: number) {
      controllers.get(attempt)?.abort();
    },
  };
}
