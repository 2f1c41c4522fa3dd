import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: '/console/',
  build: {
    target: 'es2022',
    // Nothing inline: the page's policy (CSP) lets only files run.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    // Licences of what is in the bundle stay in it.
    rollupOptions: { output: { banner: '/*! Madoguchi console, Apache-2.0. DADS design tokens, MIT, Digital Agency. */' } },
  },
  test: { environment: 'happy-dom', include: ['tests/**/*.test.ts'] },
});
