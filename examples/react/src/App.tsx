import { useIdleCountdown, useSession } from 'evertoken/react';
import { Fragment, useActionState, useEffect, useState } from 'react';
import { signIn } from './session';

export function App() {
  const { status } = useSession();
  const refreshes = useRefreshes();
  return (
    <main>
      <h1>Evertoken demo</h1>
      <p>
        Session: <span data-testid="status">{status}</span>, refreshes: <span data-testid="refreshes">{refreshes}</span>
      </p>
      {status === 'ended' && <SignIn />}
      {(status === 'active' || status === 'expired') && <SignedIn />}
    </main>
  );
}

function SignIn() {
  const { session } = useSession();
  const [error, submit] = useActionState(async (_: string, form: FormData) => {
    try {
      session?.setTokens(await signIn(String(form.get('name'))));
      return '';
    } catch (error) {
      return String(error);
    }
  }, '');
  return (
    <form action={submit}>
      <label>
        Name <input name="name" defaultValue="ada" autoComplete="username" required />
      </label>{' '}
      <button type="submit">Sign in</button>
      <p role="status">{error}</p>
    </form>
  );
}

function SignedIn() {
  const { session } = useSession();
  const [answer, setAnswer] = useState('');
  const callApi = async () => {
    const response = await session?.fetch('/api/me');
    setAnswer(response?.ok ? `200, hello ${(await response.json()).name}` : `The API answered ${response?.status}.`);
  };
  return (
    <>
      <Claims />
      <Idle />
      <button type="button" onClick={() => callApi().catch((error) => setAnswer(String(error)))}>
        Call the API
      </button>{' '}
      <button type="button" onClick={() => session?.signOut()}>
        Sign out
      </button>
      <p role="status" data-testid="api">
        {answer}
      </p>
    </>
  );
}

function Claims() {
  const { claims = {} } = useSession();
  return (
    <dl data-testid="claims">
      {Object.entries(claims).map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

function Idle() {
  const seconds = useIdleCountdown();
  return <p data-testid="idle">Idle: {seconds} s left</p>;
}

function useRefreshes() {
  const { session } = useSession();
  const [count, setCount] = useState(0);
  useEffect(() => session?.on('refreshed', () => setCount((before) => before + 1)), [session]);
  return count;
}
