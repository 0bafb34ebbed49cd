import { z } from 'zod'
import { isBadData } from './database.ts'
import { grouped, type Outcome } from './grouped.ts'

const questionsAtOnce = 500
const lanes = 3

/**
 * Questions that come at once share one read, and the same question is asked once: those who ask it get the very same answer, which nobody may
 * change. A read begins after its questions, so it sees all that was committed before them. `read` answers in their order.
 */
export function together<Question, Answer>(
  read: (questions: Question[]) => Promise<Answer[]>,
): (question: Question) => Promise<Answer> {
  return grouped({ weigh: () => 1, atMost: questionsAtOnce, lanes, isFaultOfOne }, async questions => {
    const keys = questions.map(question => JSON.stringify(question))
    const different = new Map(questions.map((question, index) => [keys[index], question]))
    const answers = await read([...different.values()])
    const outcomes = answers.map((answer): Outcome<Answer> => ({ answer }))
    const outcomeOf = new Map([...different.keys()].map((key, index) => [key, outcomes[index]]))
    return keys.map(key => outcomeOf.get(key) ?? { failed: new Error('a read left a question without an answer') })
  })
}

/** A value that the database does not take, or a row that can't be read. */
function isFaultOfOne(thrown: unknown): boolean {
  return isBadData(thrown) || thrown instanceof z.ZodError
}
