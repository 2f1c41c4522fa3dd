import { defineConfig } from 'vitest/config';

// A real gateway and a real browser; see tests/e2e/desk.ts for what must be built before.
export default defineConfig({
  test: {
    environment: 'node', include: ['tests/e2e/*.e2e.ts'], fileParallelism: false, testTimeout: 240_000, hookTimeout: 120_000,
  },
});
