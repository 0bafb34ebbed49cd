import type { Action } from '../action.ts'
import { list } from './list.ts'
import { create } from './new.ts'
import { show } from './show.ts'
import { disable, enable } from './turn.ts'

export const apps: Action[] = [list, show, create, enable, disable]
