import { keepSignedIn } from './session.js';

keepSignedIn((text) => postMessage(text));
