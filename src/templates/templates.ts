import { askApproval } from './ask-approval.ts'
import { blank } from './blank.ts'
import { blockIp } from './block-ip.ts'
import { bringEvents } from './bring-events.ts'
import { disableUser } from './disable-user.ts'
import { isolateVm } from './isolate-vm.ts'
import { mailOwner } from './mail-owner.ts'
import { openTicket } from './open-ticket.ts'
import { postToSlack } from './post-to-slack.ts'
import { postToTeams } from './post-to-teams.ts'
import type { Template } from './template.ts'

/** In the order in which they are offered: telling, asking, doing, the way to this bot, and one to begin from. */
export const templates: readonly Template[] = [
  postToTeams,
  postToSlack,
  mailOwner,
  openTicket,
  askApproval,
  blockIp,
  isolateVm,
  disableUser,
  bringEvents,
  blank,
]
