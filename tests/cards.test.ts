import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { expectNoLiveMarkup, expectReadable, expectWithinTeamsLimits } from './fakes/adaptive-card-limits.ts'
import { expectWithinMessageLimits, expectWithinViewLimits } from './fakes/block-kit-limits.ts'
import { goldenCards, goldenFiles } from './fakes/golden-cards.ts'

const folder = new URL('../cards/golden/', import.meta.url)
const named = Object.entries(goldenCards)

describe.each(named)('%s', (name, card) => {
  const { teams, slack } = goldenFiles(card)

  test.each(Object.entries({ teams, slack }))('is drawn for %s as the golden file says', (platform, rendered) => {
    const golden: unknown = JSON.parse(readFileSync(new URL(`${name}.${platform}.json`, folder), 'utf8'))
    expect(JSON.parse(JSON.stringify(rendered))).toEqual(golden)
  })

  test('is read by the official Adaptive Cards library, within what Teams takes', () => {
    expectReadable(teams)
    expectWithinTeamsLimits(teams)
    expectNoLiveMarkup(teams)
  })

  test('is within what Slack takes', () => {
    if (card.form === undefined) expectWithinMessageLimits(slack)
    else expectWithinViewLimits(slack)
  })

  test('has one line that reads aloud, without ids and line ends', () => {
    expect(card.fallback).toMatch(/^\S.{3,}$/)
    expect(card.fallback).not.toMatch(/[\n!]$|[0-9a-f]{8}-[0-9a-f]{4}/)
  })
})

test('no golden file is left over', () => {
  const wanted = named.flatMap(([name]) => [`${name}.slack.json`, `${name}.teams.json`])
  expect(readdirSync(folder).sort()).toEqual(wanted.sort())
})
