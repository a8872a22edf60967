import SignedIn from './signed-in.js';

export default function Page() {
  return <SignedIn />;
}
