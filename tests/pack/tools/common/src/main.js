import { keepSignedIn } from './session.js';

keepSignedIn((text) => {
  document.title = text;
});
