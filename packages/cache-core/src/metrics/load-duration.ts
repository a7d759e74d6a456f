/** The distribution of how long loaders take, from the `load` events. */
export const loadDuration = {
  name: 'load_duration',
  unit: 's',
  help: 'How long loaders took, whether they succeeded or failed.',
  /** Upper bounds in seconds: from what an index answers to what `hardTimeout` usually ends. */
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
} as const
