import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [vue()],
  // The demo's token server, as if it were the application's own.
  server: { proxy: { '/api': process.env.DEMO_SERVER ?? 'http://localhost:4173' } },
});
