import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { checkBudget } from './build/check-budget.ts';
import { compressFiles } from './build/compress-files.ts';

export default defineConfig({
  base: '/dashboard/',
  plugins: [react(), tailwindcss(), checkBudget(), compressFiles()],
  resolve: { conditions: ['@hookline/source', 'module', 'browser', 'development|production'] },
  build: {
    // The Content-Security-Policy lets a page load files of its origin only.
    assetsInlineLimit: 0,
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
    target: 'es2023',
  },
  server: {
    // `npm run dev -w apps/dashboard` beside `npm start`.
    proxy: { '/api': 'http://127.0.0.1:3000', '/ws': { target: 'ws://127.0.0.1:3000', ws: true } },
  },
});
