import { keepSignedIn } from './session.js';

self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
  keepSignedIn(async (text) => {
    for (const client of await self.clients.matchAll()) client.postMessage(text);
  });
});
