const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

/** Announces one step on standard error; `tell` says how far it is, `done` and `failed` end it with the time it took. */
export const announce = (title) => {
  const startedAt = performance.now()
  const write = (mark, detail) =>
    process.stderr.write(`${mark} ${title}${detail ? `: ${detail}` : ''} (${seconds(startedAt)})\n`)
  process.stderr.write(`… ${title}\n`)
  return {
    tell: (detail) => write('…', detail),
    done: (detail) => write('✓', detail),
    failed: (detail) => write('✗', detail),
  }
}
