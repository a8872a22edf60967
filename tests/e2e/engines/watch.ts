// Whether a browser answers at all: a blank page of it is asked every half minute.

/** In ms. */
const INTERVAL = 30_000;
const LONGEST_SILENCE = 30_000;

export type Watch = ReturnType<typeof watch>;

/** Asks until the browser is lost or `end()` is called. `onLost` is called once. */
export function watch(askBlankPage: () => Promise<unknown>, onLost: () => void) {
  let lost: string | undefined;
  let timer = setTimeout(ask, INTERVAL);

  function ask() {
    timer = setTimeout(() => lose(`a blank page did not answer within ${LONGEST_SILENCE / 1_000} s`), LONGEST_SILENCE);
    askBlankPage().then(askAgain, ({ message }) => lose(`a blank page cannot be asked: ${message}`));
  }

  function askAgain() {
    clearTimeout(timer);
    if (lost === undefined) timer = setTimeout(ask, INTERVAL);
  }

  function lose(reason: string) {
    clearTimeout(timer);
    if (lost !== undefined) return;
    lost = reason;
    onLost();
  }

  return {
    /** Why it is lost; nothing while it answers. */
    get lost() {
      return lost;
    },
    lose,
    /** The browser is about to be closed, which is no loss. */
    end() {
      clearTimeout(timer);
      lost ??= 'the browser was closed';
    },
  };
}
