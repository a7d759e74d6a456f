/** Ends the program with a clear message on a Node that is too old to go on, or on a system that is not supported. */
export const requireNode = () => {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 20) {
    console.error('This needs Node 20 or newer; here it is ' + process.versions.node + '.')
    console.error(
      'Install a newer one, for example with: npx -y node@24 --version, or from https://nodejs.org',
    )
    process.exit(1)
  }
  if (process.platform === 'win32') {
    console.error('This runs on Linux and macOS. On Windows run it inside WSL: wsl --install')
    process.exit(1)
  }
}
