// @ts-check

const POLL_MS = 2000;
const RETRY_AFTER_SECONDS = 8;
const SLOW_MS = 4000;

/** The switches of the server, and what it has counted. */
export class Switches {
  #form;
  #counts;
  #say;

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement} counts
   * @param {(text: string) => void} say
   */
  constructor(form, counts, say) {
    this.#form = form;
    this.#counts = counts;
    this.#say = say;
    form.addEventListener('change', (event) => this.#change(/** @type {HTMLSelectElement} */ (event.target).name));
    form.addEventListener('submit', (event) => event.preventDefault());
    const button = (/** @type {string} */ id, /** @type {() => Promise<void>} */ act) =>
      form.querySelector(`#${id}`)?.addEventListener('click', () => this.#tell(act));
    button('refuse', async () => {
      await send('PUT', '/demo/settings', { faults: { api: { kind: '401', count: 1 } } });
      this.#say('The server will refuse the next API call with 401.');
    });
    button('revoke', async () => {
      const { revoked } = await send('POST', '/demo/revoke');
      this.#say(`The server has revoked ${revoked} session${revoked === 1 ? '' : 's'}; the next refresh will show it.`);
    });
    button('reset', async () => {
      this.#show(await send('POST', '/demo/reset'));
      this.#say('The server has forgotten everything.');
    });
    void this.#poll();
  }

  /** @param {string} name */
  #change(name) {
    void this.#tell(async () => {
      await send('PUT', '/demo/settings', this.#patch(name));
    });
  }

  /** @param {string} name of the control that was changed */
  #patch(name) {
    const value = (/** @type {string} */ field) => String(new FormData(this.#form).get(field) ?? '');
    switch (name) {
      case 'tokenLifetime':
        return { tokenLifetime: value(name) === '' ? null : Number(value(name)) };
      case 'skew':
        return { skew: Number(value(name)) };
      default: {
        const kind = value('fault');
        const count = value('count') === '' ? null : Number(value('count'));
        return {
          faults: {
            refresh: { kind, count, ...(kind === '429' ? { retryAfter: RETRY_AFTER_SECONDS } : {}), delayMs: SLOW_MS },
          },
        };
      }
    }
  }

  async #poll() {
    if (document.visibilityState === 'visible') {
      await Promise.all([send('GET', '/demo/settings'), send('GET', '/demo/stats')]).then(
        ([settings, stats]) => {
          this.#show(settings);
          this.#count(stats);
        },
        () => {}, // the server is away for a moment; the next poll will tell
      );
    }
    setTimeout(() => void this.#poll(), POLL_MS);
  }

  /** Another page, or a fault that has run out, may have changed the settings.
   * @param {any} settings */
  #show({ tokenLifetime, skew, faults }) {
    this.#select('tokenLifetime', String(tokenLifetime ?? ''));
    this.#select('skew', String(skew));
    this.#select('fault', faults.refresh.kind);
  }

  /** @param {string} name
   * @param {string} value */
  #select(name, value) {
    const control = this.#form.elements.namedItem(name);
    if (!(control instanceof HTMLSelectElement) || control.value === value || control === document.activeElement)
      return;
    if ([...control.options].every((option) => option.value !== value)) control.add(new Option(value, value));
    control.value = value;
  }

  /** @param {any} stats */
  #count({ refreshes, api, reuseDetected }) {
    const sum = (/** @type {string} */ outcome) => refreshes.cookie[outcome] + refreshes.oauth[outcome];
    const counts = {
      refreshes: sum('accepted'),
      failed: sum('rejected') + sum('faulted'),
      accepted: api.accepted,
      rejected: api.rejected + api.faulted,
      reuse: reuseDetected,
    };
    for (const [name, count] of Object.entries(counts)) {
      const shown = this.#counts.querySelector(`[data-count="${name}"] dd`);
      if (shown) shown.textContent = String(count);
    }
  }

  /** @param {() => Promise<void>} act */
  async #tell(act) {
    try {
      await act();
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error));
    }
  }
}

/** @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>} */
async function send(method, path, body) {
  const response = await fetch(path, {
    method,
    ...(body ? { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}
