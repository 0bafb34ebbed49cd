export default {
  rootDir: '.',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/tests/jest/transform.mjs' },
  testEnvironment: 'node',
  globalSetup: '<rootDir>/tests/jest/global-setup.ts',
  globalTeardown: '<rootDir>/tests/jest/global-teardown.ts',
  maxWorkers: 2,
  // Each file leaves its modules in its worker, up to 2 GB of them.
  workerIdleMemoryLimit: '700MB',
  // With nothing open any more, letting go of that memory takes up to a second on a busy machine; jest gives half of one and calls it a leak. What
  // is really left open is still told, and fails the check (check.ts).
  workerGracefulExitTimeout: 10_000,
  testTimeout: 30000,
  coverageProvider: 'v8',
  modulePathIgnorePatterns: ['<rootDir>/data', '<rootDir>/tests/specs'],
}
