import type { Report } from './boundary.js';
import { flatReport } from './flat.js';
import { ofThrown } from './report.js';

/** The requests under way. Each is reported once, whatever becomes of it. */
export function createRequests() {
  const controllers = new Map<number, AbortController>();
  return {
    /** Returns before `request` is called: functions of the caller's run outside the loop. */
    begin(
      attempt: number,
      request: (signal: AbortSignal) => Promise<Report>,
      done: (attempt: number, report: object) => void,
    ) {
      const controller = new AbortController();
      controllers.set(attempt, controller);
      Promise.resolve(controller.signal)
        .then(request)
        .then(flatReport)
        .catch((thrown) => flatReport(ofThrown(thrown)))
        .then((report) => {
          controllers.delete(attempt);
          done(attempt, report);
        });
    },
    abandon(attempt: number) {
      controllers.get(attempt)?.abort();
    },
  };
}
