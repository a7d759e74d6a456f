/** What is varied, with the usual choice last: the one that `npm test` runs on. */
const axes = {
  node: ['22', '24'],
  ioredis: ['5', '6'],
  mongoose: ['8', '9'],
  express: ['4', '5'],
}

const servers = ['redis-6.2', 'redis', 'valkey']

/** The tests of a package, or of all, and the one that checks that the cell is what it says. */
const testsOf = (name) => [`packages/${name}`, 'internal/services/test/matrix-cell.']

const usual = {
  node: '24',
  ioredis: '6',
  mongoose: '9',
  express: '5',
  server: undefined,
  projects: ['unit', 'int'],
  tests: testsOf(''),
}

/** Each alternative once, with everything else as usual, and only where it makes a difference. */
export const cheapCells = () => [
  { ...usual, node: '22' },
  { ...usual, ioredis: '5' },
  { ...usual, mongoose: '8', tests: testsOf('mongoose-plugin/') },
  { ...usual, express: '4', tests: testsOf('express-middleware/') },
  ...servers.map((server) => ({ ...usual, server, projects: ['int'] })),
]

/** The whole product. */
export const allCells = () => {
  let cells = servers.map((server) => ({ ...usual, server }))
  for (const [axis, values] of Object.entries(axes)) {
    cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [axis]: value })))
  }
  return cells
}

/** A cell for people. */
export const describeCell = ({ node, ioredis, mongoose, express, server }) =>
  `Node ${node}, ioredis ${ioredis}, mongoose ${mongoose}, express ${express}, ${server ?? 'any server'}`

/** The variables that select a cell's clients and server. */
export const cellEnvironment = ({ node, ioredis, mongoose, express, server }) => ({
  VIDNEST_NODE: node,
  VIDNEST_IOREDIS: ioredis,
  VIDNEST_MONGOOSE: mongoose,
  VIDNEST_EXPRESS: express,
  VIDNEST_REDIS: server,
})
