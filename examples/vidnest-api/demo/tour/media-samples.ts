/** The shortest file that is an MP4 by its first bytes. */
export function sampleVideo(): Blob {
  const header = Buffer.from([
    0,
    0,
    0,
    24,
    ...Buffer.from('ftypisom'),
    0,
    0,
    2,
    0,
    ...Buffer.from('isomiso2'),
  ])
  return new Blob([Buffer.concat([header, Buffer.alloc(512)])], { type: 'video/mp4' })
}

/** A PNG of one pixel. */
export function samplePicture(): Blob {
  const pixel =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  return new Blob([Buffer.from(pixel, 'base64')], { type: 'image/png' })
}
