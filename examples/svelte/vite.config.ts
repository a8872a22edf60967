import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [svelte()],
  // The demo's token server, as if it were the application's own.
  server: { proxy: { '/api': process.env.DEMO_SERVER ?? 'http://localhost:4173' } },
});
