import { describe, expect, it } from 'vitest'
import { counter, idsUpTo, listPage, video } from '../src/payloads.ts'

describe('the payloads', () => {
  it.each(['0', '42', '99999', 'cold3-10'])('has a video of 1,540 bytes with the id %s', (id) => {
    expect(Buffer.byteLength(JSON.stringify(video(id)))).toBe(1_540)
  })

  it('has a list page of 15.7 KB', () => {
    expect(Buffer.byteLength(JSON.stringify(listPage('7'))) / 1_000).toBeCloseTo(15.7, 1)
  })

  it('has counts of 4 digits', () => {
    expect(idsUpTo(20_000).every((id) => String(counter(id)).length === 4)).toBe(true)
  })

  it('tells videos apart by their id', () => {
    expect(video('1')['id']).not.toBe(video('2')['id'])
  })
})
