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
  // Each file leaves its modules in its worker. One that has grown to 2 GB needs longer to end than jest waits for it.
  workerIdleMemoryLimit: '700MB',
  testTimeout: 30000,
  coverageProvider: 'v8',
  modulePathIgnorePatterns: ['<rootDir>/data', '<rootDir>/tests/specs'],
}
