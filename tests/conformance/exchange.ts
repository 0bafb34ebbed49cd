/** One request and its answer, as they went over the line. */
export interface Exchange {
  method: string
  /** Path and query. */
  url: string
  headers: Record<string, string>
  body: string
  status: number
  answerHeaders: Record<string, string>
  answer: string
}

/** What is wrong with an exchange, in words; `on` is `METHOD path`. */
export interface Breach {
  on: string
  side: 'request' | 'answer'
  what: string
}

export function nameOf({ method, url }: Exchange): string {
  return `${method} ${url.split('?')[0] ?? ''}`
}
