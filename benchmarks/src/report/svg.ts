type Attributes = Readonly<Record<string, string | number | undefined>>

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function opening(name: string, attributes: Attributes): string {
  const pairs = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escape(String(value))}"`],
  )
  return `<${name}${pairs.join('')}`
}

/** An element without content. */
export function shape(name: 'rect' | 'line', attributes: Attributes): string {
  return `${opening(name, attributes)}/>`
}

export function text(content: string, attributes: Attributes): string {
  return `${opening('text', attributes)}>${escape(content)}</text>`
}

/** A whole picture. `style` is CSS, taken as it is. */
export function picture(
  attributes: { readonly width: number; readonly height: number; readonly label: string },
  style: string,
  content: readonly string[],
): string {
  const { width, height, label } = attributes
  const root = opening('svg', {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${String(width)} ${String(height)}`,
    width,
    height,
    role: 'img',
    'aria-label': label,
  })
  return [`${root}>`, `<style>${style}</style>`, ...content, '</svg>', ''].join('\n')
}
