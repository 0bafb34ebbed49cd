import { describe } from '@jest/globals'
import { testChat } from '../contract/chat.ts'
import { aloneTests } from './alone.ts'
import { bench } from './bench.ts'
import { clickTests } from './clicks.ts'
import { placesTests } from './places.ts'
import { portTests } from './port.ts'
import { stageOn, teamsFaults } from './stage.ts'
import { talkTests } from './talk.ts'
import { trustTests } from './trust.ts'

// One file: every file that loads the Bot Framework costs a second of start.
describe('Teams', () => {
  const at = bench()
  describe('trust', () => trustTests(at))
  describe('places', () => placesTests(at))
  describe('talk', () => talkTests(at))
  describe('clicks', () => clickTests(at))
  describe('port', () => portTests(at))
  describe('contract', () => testChat('teams', () => stageOn(at()), teamsFaults))
  describe('alone', () => aloneTests(at))
})
