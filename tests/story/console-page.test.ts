import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { Browser, Locator, Page } from 'playwright-core'
import { audit, browserPath, type Look, openBrowser, type Visit, visit } from './browser.ts'
import { openStory, type Story, until } from './ground.ts'

const subscription = '11111111-5eed-4000-8000-000000000001'
const desk: Look = { width: 1440, scheme: 'light' }
const looks: Look[] = [desk, { width: 1440, scheme: 'dark' }, { width: 400, scheme: 'light' }, { width: 400, scheme: 'dark' }]
const within = { timeout: 15_000 }

if (browserPath === undefined) {
  process.stderr.write(
    '\nSKIPPED: the whole story in the browser (tests/story/console-page.test.ts): there is no Chromium on this machine.\n',
  )
  test('SKIPPED: no Chromium, the page was not looked at', () => expect(browserPath).toBeUndefined())
} else stories()

function stories(): void {
  let story: Story
  let browser: Browser
  const open: Visit[] = []
  let atDesk: Visit | undefined
  beforeAll(async () => {
    ;[story, browser] = await Promise.all([openStory(), openBrowser()])
    for (let n = 0; n < 4; n += 1) await alertArrives()
  })
  afterEach(async () => {
    for (const { page } of open.splice(0)) await page.context().close()
  })
  afterAll(async () => {
    await browser?.close()
    await story?.close()
  })

  /** The window at the desk stays open between stories; others are opened for one. */
  async function come(): Promise<Visit> {
    atDesk ??= await enter(desk)
    await atDesk.page.keyboard.press('Escape')
    return atDesk
  }

  /** A window of its own, closed after the story. */
  async function apart(): Promise<Visit> {
    const visited = await enter(desk)
    open.push(visited)
    return visited
  }

  async function enter(look: Look): Promise<Visit> {
    const visited = await visit(browser, story.app.address, look)
    await visited.page.locator('.post').first().waitFor(within)
    return visited
  }

  async function alertArrives(): Promise<string> {
    const before = new Set((await story.posts()).map(({ findingId }) => findingId))
    story.simulator().fire({ severity: 'High', subscription })
    return until(
      'the card',
      async () => (await story.posts()).find(({ findingId, state }) => !before.has(findingId) && state === 'shown')?.findingId,
    )
  }

  async function cardOf(page: Page, findingId: string): Promise<Locator> {
    const post = await until('the post', async () => (await story.posts()).find(one => one.findingId === findingId))
    return page.locator(`[data-post="${post.postId}"]`)
  }

  test('an alert arrives, Notify-SOC is picked, the card says succeeded', async () => {
    const { page, complaints } = await come()
    const card = (await cardOf(page, await alertArrives())).locator('.teams-side')
    await card.getByRole('button', { name: 'Trigger logic app' }).click(within)
    const dialog = page.getByRole('dialog', { name: 'Trigger logic app' })
    await dialog.getByRole('combobox').click(within)
    await dialog.getByRole('option', { name: /Notify-SOC/ }).click()
    await dialog.getByRole('button', { name: /^Run/ }).click()
    await dialog.waitFor({ state: 'detached', ...within })
    await card.getByText(/Notify-SOC succeeded in .* · Analyst/).waitFor(within)
    await page.getByRole('status').getByText('Notify-SOC succeeded.').waitFor(within)
    expect(complaints).toEqual([])
  })

  test('the same from the Slack rendering, in a Slack modal', async () => {
    const { page, complaints } = await come()
    const card = (await cardOf(page, await alertArrives())).locator('.slack-side')
    await card.getByRole('button', { name: 'Trigger logic app' }).click(within)
    const dialog = page.locator('dialog.dialog-slack')
    await dialog.getByRole('button', { name: /^Run/ }).click(within)
    await dialog.getByText('Please complete this required field.').waitFor(within)
    await dialog.getByRole('combobox').fill('notify')
    await dialog.getByRole('option', { name: /Notify-SOC/ }).click(within)
    await dialog.getByRole('button', { name: /^Run/ }).click()
    await card.getByText(/Notify-SOC succeeded in .* · Analyst/).waitFor(within)
    expect(complaints).toEqual([])
  })

  test('a form is refreshed in both renderings and keeps what was typed', async () => {
    const { page, complaints } = await come()
    const card = await cardOf(page, await alertArrives())
    for (const [side, look] of [
      ['.teams-side', '.dialog-teams'],
      ['.slack-side', '.dialog-slack'],
    ]) {
      await card.locator(`${side}`).getByRole('button', { name: 'More actions' }).click(within)
      await page.getByRole('menuitem', { name: 'Make a rule' }).click(within)
      const dialog = page.locator(`dialog${look}`)
      await dialog.getByRole('textbox', { name: 'Description' }).fill('Half typed')
      await dialog.getByRole('checkbox').uncheck()
      await dialog.getByRole('button', { name: 'Refresh' }).click()
      await dialog.getByText('can be chosen now, as before.').waitFor(within)
      expect(await dialog.getByRole('textbox', { name: 'Description' }).inputValue()).toBe('Half typed')
      expect(await dialog.getByRole('checkbox').isChecked()).toBe(false)
      expect(await dialog.getByRole('textbox', { name: 'Conditions' }).inputValue()).toContain('Severity is High')
      await page.keyboard.press('Escape')
    }
    expect(complaints).toEqual([])
  })

  test('all by keyboard: completion, a form, a run', async () => {
    const { page } = await come()
    const id = await alertArrives()
    const card = (await cardOf(page, id)).locator('.teams-side')
    await card.waitFor(within)
    await page.keyboard.press('/')
    await page.keyboard.type('ru')
    await page.getByRole('option', { name: /^run / }).first().waitFor(within)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Tab')
    const box = page.getByRole('combobox', { name: 'Command' })
    await until('the verb in the box', async () => ((await box.inputValue()) === 'run ' ? true : undefined))
    await page.keyboard.type(id)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Trigger logic app' })
    const choice = dialog.getByRole('combobox')
    await choice.waitFor(within)
    await page.keyboard.type('notify')
    await dialog.getByRole('option', { name: /Notify-SOC/ }).waitFor(within)
    await page.keyboard.press('Enter')
    await tabTo(page, 'Run')
    await page.keyboard.press('Enter')
    await card.getByText(/Notify-SOC succeeded in .* · Analyst/).waitFor(within)
  })

  test('what happened since stands in the thread under the card in both renderings, opened by keyboard, and grows while it is open', async () => {
    const { page, complaints } = await come()
    const id = await alertArrives()
    const card = await cardOf(page, id)
    const threads = ['.teams-side', '.slack-side'].map(side => card.locator(`${side} .thread`))
    await card.waitFor(within)
    for (const thread of threads) expect(await thread.isVisible()).toBe(false)
    await story.act('assign', { to: 'me' }, id)
    for (const thread of threads) {
      const replies = thread.getByText('1 reply', { exact: true })
      await replies.waitFor(within)
      await replies.focus()
      await page.keyboard.press('Enter')
      await thread
        .getByRole('listitem')
        .getByText(/Took it · Analyst/)
        .waitFor(within)
    }
    await story.act('status', { to: 'resolved', reason: 'known test' }, id)
    for (const thread of threads) {
      await thread.getByText('2 replies', { exact: true }).waitFor(within)
      await thread
        .getByRole('listitem')
        .nth(1)
        .getByText(/Set it to resolved: known test · Analyst/)
        .waitFor(within)
    }
    expect(await page.evaluate('document.activeElement.textContent')).toBe('2 replies')
    expect(complaints).toEqual([])
  })

  test('focus goes into a dialog, stays there, and comes back with Esc', async () => {
    const { page } = await come()
    const button = page.locator('.post').last().locator('.teams-side').getByRole('button', { name: 'Trigger logic app' })
    await button.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('combobox').waitFor(within)
    for (let n = 0; n < 12; n += 1) {
      await page.keyboard.press('Tab')
      expect(
        await page.evaluate('document.activeElement === document.body || document.activeElement.closest("dialog") !== null'),
      ).toBe(true)
    }
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached', ...within })
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Trigger logic app')
  })

  test('a form that was typed for and sent wrongly puts the focus on the first wrong field, then into the next form', async () => {
    const { page, complaints } = await come()
    const dialog = await typedFor(page, 'rule new', 'New rule')
    await dialog.getByRole('button', { name: 'Next' }).click()
    const name = dialog.getByRole('textbox', { name: 'Name' })
    await name.waitFor(within)
    await untilFocused(page, 'name')
    await name.fill('Quiet-Rule')
    await dialog.getByRole('button', { name: 'Check' }).click()
    await dialog.getByText('Choose the resource group in which').waitFor(within)
    await untilFocused(page, 'home')
    expect(complaints).toEqual([])
    await page.keyboard.press('Escape')
  })

  test('a form whose request gets no answer says which, keeps what stands in it and the focus, and is sent once by pressing again', async () => {
    const { page } = await apart()
    const id = await alertArrives()
    const card = (await cardOf(page, id)).locator('.teams-side')
    await card.getByRole('button', { name: 'Trigger logic app' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox').click()
    await dialog.getByRole('option', { name: /Notify-SOC/ }).click()
    let heard = 0
    await page.route('**/console/api/actions', async route => {
      heard += 1
      // The bot hears the first; its answer gets lost, and then the line is dead.
      if (heard === 1) await route.fetch()
      await route.abort()
    })
    await dialog.getByRole('button', { name: 'Run logic app' }).focus()
    await page.keyboard.press('Enter')
    await dialog.getByRole('alert').getByText('“Run logic app” got no answer: the bot can’t be reached.').waitFor(within)
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Run logic app')
    expect(await dialog.getByRole('combobox').inputValue()).toContain('Notify-SOC')
    await page.unroute('**/console/api/actions')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached', ...within })
    await card.getByText(/Notify-SOC succeeded in .* · Analyst/).waitFor(within)
    expect((await story.finding(id)).runs).toHaveLength(1)
  })

  test('a dialog that can’t be filled says so instead of waiting, and can be left', async () => {
    const { page } = await apart()
    await page.route('**/console/api/actions', route => route.abort())
    const button = page.locator('.post').last().locator('.teams-side').getByRole('button', { name: 'Trigger logic app' })
    await button.click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('alert').getByText('“Trigger logic app” got no answer').waitFor(within)
    expect(await dialog.getByRole('status', { name: 'Loading' }).count()).toBe(0)
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached', ...within })
  })

  test('a dialog that was typed for keeps its title when what it shows at the end is no form', async () => {
    const visited = await enter(desk)
    open.push(visited)
    const { page, complaints } = visited
    await page.getByRole('button', { name: /^Acting as/ }).click()
    await page.getByRole('menuitemradio', { name: /^Admin/ }).click()
    const dialog = await typedFor(page, 'app new', 'New logic app')
    for (const [label, option] of [
      ['Template', 'Blank'],
      ['Resource group', /rg-soc/],
    ] as const) {
      await dialog.getByRole('combobox', { name: label }).click()
      await dialog.getByRole('option', { name: option }).first().click()
    }
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Titled-App')
    await dialog.getByRole('button', { name: 'Next' }).click()
    await dialog.getByRole('button', { name: 'Create Titled-App' }).click(within)
    await dialog
      .locator('input')
      .first()
      .waitFor({ ...within, state: 'detached' })
    expect(await dialog.getByRole('heading').first().textContent()).toBe('New logic app')
    expect(complaints).toEqual([])
  })

  test('focus comes back to a card that was drawn anew behind the dialog', async () => {
    const { page } = await come()
    const findingId = await alertArrives()
    const card = (await cardOf(page, findingId)).locator('.teams-side')
    await card.getByRole('button', { name: 'Trigger logic app' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('combobox').waitFor(within)
    await story.act('assign', { to: 'me' }, findingId)
    await card
      .getByText('Analyst')
      .first()
      .waitFor({ state: 'attached', ...within })
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached', ...within })
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Trigger logic app')
  })

  test('menus open, move and close by keyboard in both renderings', async () => {
    const { page } = await come()
    for (const side of ['.teams-side', '.slack-side']) {
      const findingId = await alertArrives()
      const card = (await cardOf(page, findingId)).locator(side)
      const more = card.getByRole('button', { name: 'More actions' })
      await more.focus()
      await page.keyboard.press('Enter')
      const menu = page.getByRole('menu', { name: 'More actions' })
      await menu.waitFor(within)
      await alertArrives()
      await story.act('assign', { to: 'me' }, findingId)
      await card
        .getByText('Analyst')
        .first()
        .waitFor({ state: 'attached', ...within })
      expect(await menu.count()).toBe(1)
      await page.keyboard.press('End')
      expect(await page.evaluate('document.activeElement.textContent')).toMatch(/^(History \(\d+\)|Why)$/)
      await page.keyboard.press('Escape')
      expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('More actions')
    }
  })

  test('what a fold or the menu opens has its title once, in both looks', async () => {
    const { page } = await come()
    const findingId = await alertArrives()
    await story.act('assign', { to: 'me' }, findingId)
    const card = await cardOf(page, findingId)
    const titleOnce = async () => {
      const dialog = page.getByRole('dialog')
      await dialog
        .locator('.dialog-body')
        .getByText(/planned|took it/)
        .first()
        .waitFor(within)
      const title = (await dialog.getByRole('heading', { level: 2 }).textContent()) ?? ''
      const text = await dialog.innerText()
      expect(text.split(title)).toHaveLength(2)
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached', ...within })
    }
    await card
      .locator('.slack-side')
      .getByRole('button', { name: /^What to do/ })
      .click(within)
    await titleOnce()
    for (const side of ['.teams-side', '.slack-side']) {
      await card.locator(side).getByRole('button', { name: 'More actions' }).click(within)
      await page.getByRole('menuitem', { name: /^History/ }).click(within)
      await titleOnce()
    }
  })

  test('a person without rights is told why, under the card, for their eyes only', async () => {
    const { page } = await come()
    const card = await cardOf(page, await alertArrives())
    await page.getByRole('button', { name: /Acting as Analyst/ }).click()
    await page.getByRole('menuitemradio', { name: /Nobody/ }).click()
    await card.locator('.teams-side').getByRole('button', { name: 'Resolve' }).click(within)
    const note = card.locator('+ .note')
    await note.getByText('Only you can see this').waitFor(within)
    expect(await note.getAttribute('aria-label')).toMatch(/Microsoft\.Security/)
    await note.getByRole('button', { name: 'Dismiss' }).click()
    await note.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: /Acting as Nobody/ }).click()
    await page.getByRole('menuitemradio', { name: /Analyst/ }).click()
  })

  test('a card changes in place, its open folds stay open, and the reader is not moved', async () => {
    const { page } = await come()
    const id = await alertArrives()
    const card = (await cardOf(page, id)).locator('.teams-side')
    const fold = card.getByRole('button', { name: /Entities/ })
    await fold.click(within)
    expect(await fold.getAttribute('aria-expanded')).toBe('true')
    for (let n = 0; n < 2; n += 1) await alertArrives()
    await page.evaluate('document.querySelector(".feed-scroll").scrollTop = 40')
    await story.act('assign', { to: 'me' }, id)
    await card
      .getByText(/· Analyst/)
      .first()
      .waitFor({ state: 'attached', ...within })
    expect(await fold.getAttribute('aria-expanded')).toBe('true')
    await alertArrives()
    const jump = page.getByRole('button', { name: /new cards?$/ })
    await jump.waitFor(within)
    expect(await page.evaluate('document.querySelector(".feed-scroll").scrollTop')).toBe(40)
    await jump.click()
    await jump.waitFor({ state: 'hidden' })
  })

  test('a long answer opens at its beginning, is read aloud, and is scrolled from the command box; new cards leave it where it is', async () => {
    const { page, complaints } = await come()
    const answer = page.locator('.note').filter({ hasText: 'rules export yaml' }).last()
    const fromTop = async (): Promise<number> => (await boxOf(answer)).y - (await boxOf(page.locator('.feed-scroll'))).y
    await say(page, 'rules export yaml')
    await answer.waitFor(within)
    await page
      .getByRole('log')
      .getByText(/rules in rules\.yaml/)
      .waitFor({ ...within, state: 'attached' })
    const top = await fromTop()
    expect(top).toBeGreaterThanOrEqual(0)
    expect(top).toBeLessThan(40)
    await cardOf(page, await alertArrives()).then(card => card.waitFor({ ...within, state: 'attached' }))
    expect(await fromTop()).toBe(top)
    expect(await page.evaluate('document.activeElement.id')).toBe('command')
    await page.keyboard.press('PageDown')
    await until('the answer scrolled', async () => ((await fromTop()) < -300 ? true : undefined))
    await page.keyboard.press('PageUp')
    await until('the answer back', async () => (Math.abs((await fromTop()) - top) < 2 ? true : undefined))
    await page.getByRole('button', { name: /new cards?$/ }).click()
    expect(complaints).toEqual([])
  })

  test('a card that is acted on stays in view while others arrive', async () => {
    const { page } = await come()
    const jump = page.getByRole('button', { name: /new cards?$/ })
    if (await jump.isVisible()) await jump.click()
    const card = (await cardOf(page, await alertArrives())).locator('.teams-side')
    await card.getByRole('button', { name: 'Assign to me' }).click(within)
    await card.getByText('New · Analyst').waitFor(within)
    for (let n = 0; n < 3; n += 1) await (await cardOf(page, await alertArrives())).waitFor({ ...within, state: 'attached' })
    expect(await inView(card)).toBe(true)
    await jump.click()
    await jump.waitFor({ state: 'hidden' })
    const last = await cardOf(page, await alertArrives())
    await last.waitFor(within)
    expect(await inView(last)).toBe(true)
  })

  test('in a contrast theme the marks that are only colour keep it, and what is chosen is marked', async () => {
    const visited = await enter({ width: 1440, scheme: 'dark', contrast: true })
    open.push(visited)
    const { page } = visited
    const background = await ground(page, '.slack-side')
    const marks = ['.slack-dot', '.bubble', '.bar', '.line', '.place[aria-current]']
    for (const mark of [...marks, '.segment[aria-checked="true"]']) {
      const drawn = [await ground(page, mark), await ground(page, mark, '::before')]
      expect([mark, drawn.some(each => each !== background && each !== 'rgba(0, 0, 0, 0)')]).toEqual([mark, true])
    }
  })

  test('at 400 a list gives its words more room than their badge', async () => {
    const visited = await enter({ width: 400, scheme: 'light' })
    open.push(visited)
    const { page } = visited
    await say(page, 'alerts high')
    const row = page.locator('.note .ac-columnSet').first()
    await row.waitFor(within)
    const [badge = 0, words = 0] = await Promise.all(
      [0, 1].map(async at => (await boxOf(row.locator('> .ac-container').nth(at))).width),
    )
    expect(badge).toBeLessThan(60)
    expect(words).toBeGreaterThan(200)
  })

  test('somebody new is told what to do first, until they have done it or say so', async () => {
    const { page } = await apart()
    const hint = page.getByRole('note', { name: 'First steps' })
    await hint.getByText(/Trigger logic app/).waitFor(within)
    await hint.getByRole('button', { name: 'Close' }).click()
    expect(await page.evaluate('document.activeElement.id')).toBe('command')
    await page.reload()
    await page.locator('.post').first().waitFor(within)
    expect(await hint.isVisible()).toBe(false)
  })

  test('what is chosen from the menu of a card opens a dialog of its name in both renderings', async () => {
    const { page } = await come()
    const card = await cardOf(page, await alertArrives())
    for (const side of ['.teams-side', '.slack-side']) {
      await card.locator(side).getByRole('button', { name: 'More actions' }).click(within)
      await page.getByRole('menuitem', { name: 'Why', exact: true }).click()
      const dialog = page.getByRole('dialog', { name: 'Why', exact: true })
      await dialog
        .getByText(/Notify-SOC-On-High/)
        .first()
        .waitFor(within)
      await page.keyboard.press('Escape')
    }
  })

  test('a part of a card that opens in a dialog has its title once', async () => {
    const { page } = await come()
    const card = await cardOf(page, await alertArrives())
    await card
      .locator('.slack-side')
      .getByRole('button', { name: /^Entities/ })
      .click(within)
    const dialog = page.getByRole('dialog', { name: /^Entities/ })
    await dialog.getByRole('listitem').first().waitFor(within)
    expect(await dialog.getByText(/^Entities \(\d+\)$/).count()).toBe(1)
    await page.keyboard.press('Escape')
  })

  test('an answer is renewed where it stands: a rule by its own button, a finding when it changes', async () => {
    const { page } = await come()
    const id = await alertArrives()
    const answers = page.locator('.note')
    const before = await answers.count()
    await say(page, 'rule show Ticket-On-Medium')
    const rule = answers.nth(before).locator('.teams-side')
    const button = (name: string): Locator => rule.getByRole('button', { name, exact: true })
    await button('Disable').click(within)
    await button('Enable').click(within)
    await button('Disable').waitFor(within)
    expect(await answers.count()).toBe(before + 1)
    await say(page, `show ${id}`)
    const shown = answers.nth(before + 1).locator('.teams-side')
    await shown.getByRole('button', { name: 'Assign to me' }).click(within)
    await shown.getByText('New · Analyst', { exact: true }).waitFor(within)
    expect(await answers.count()).toBe(before + 2)
  })

  test('text from outside stays text', async () => {
    const hostile = '<img src=x onerror=alert(1)> **bold** [here](https://evil.example.com) <!channel> &lt;b&gt;'
    const { page, complaints } = await come()
    const event = {
      SystemAlertId: 'hostile-1',
      AlertDisplayName: hostile,
      Description: hostile,
      Severity: 'High',
      AlertType: 'VM_Test',
      Status: 'New',
      AzureResourceId: `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm`,
      TimeGenerated: new Date().toISOString(),
      VendorName: 'Microsoft',
      ProductName: 'Microsoft Defender for Cloud',
      CompromisedEntity: hostile,
      StartTimeUtc: new Date().toISOString(),
      EndTimeUtc: new Date().toISOString(),
    }
    expect((await story.call('/api/events', event)).status).toBe(202)
    const post = page.locator('.post', { hasText: 'evil.example.com' }).last()
    for (const side of ['.teams-side', '.slack-side'])
      await post
        .locator(side)
        .getByText('<img src=x onerror=alert(1)> **bold** [here](https://evil.example.com)')
        .first()
        .waitFor(within)
    expect(await post.locator('img, a[href*="evil"]').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  test('a mistyped command names the nearest and leaves the line to be corrected', async () => {
    const { page, complaints } = await come()
    const box = page.getByRole('combobox', { name: 'Command' })
    complaints.length = 0
    await box.fill('alrts')
    await page.keyboard.press('Enter')
    const told = page.locator('.composer').getByRole('alert')
    await told.getByText(/Did you mean "alerts"/).waitFor(within)
    expect(await box.inputValue()).toBe('alrts')
    expect(await box.getAttribute('aria-invalid')).toBe('true')
    expect(complaints.splice(0)).toEqual([expect.stringContaining('400')])
    await box.fill('/defender alerts')
    expect(await box.getAttribute('aria-invalid')).toBeNull()
    await told.waitFor({ state: 'hidden' })
    await page.keyboard.press('Escape')
    await page.keyboard.press('Enter')
    await page
      .locator('.note')
      .last()
      .getByText(/^\d+ alerts/)
      .first()
      .waitFor(within)
    expect(complaints).toEqual([])
  })

  test('a line refused with an error is told above the cards and mended without a hand', async () => {
    const { page, complaints } = await come()
    const lost = page.getByRole('status').filter({ hasText: 'The bot does not answer' })
    await page.route('**/console/api/events', route => route.fulfill({ status: 503, body: '' }))
    await page.reload()
    await lost.waitFor(within)
    await page.unroute('**/console/api/events')
    await lost.waitFor({ ...within, state: 'detached' })
    await cardOf(page, await alertArrives())
    complaints.length = 0
  })

  test('dead letters are shown with their reason', async () => {
    await story.call('/api/events', [{ nonsense: 'from nowhere' }])
    const { page, complaints } = await come()
    const board = page.getByRole('region', { name: 'Status' })
    for (const figure of ['Events', 'Findings', 'Waiting', 'Runs', 'Alerts, last hour'])
      await board.getByText(figure, { exact: true }).waitFor(within)
    await page.getByRole('button', { name: /Dead letters/ }).click(within)
    const dialog = page.getByRole('dialog', { name: 'Dead letters' })
    await dialog.getByRole('button', { name: 'Try again' }).first().click(within)
    await dialog.getByText(/still can’t be understood/).waitFor(within)
    complaints.length = 0
  })

  test.each(looks)('names, contrast and width hold at $width in $scheme', async look => {
    const visited = await enter(look)
    open.push(visited)
    const { page } = visited
    expect(await audit(page)).toEqual([])
    if (look.width < 860) {
      await page.getByRole('button', { name: 'Places and status' }).click()
      expect(await audit(page)).toEqual([])
      await page.keyboard.press('Escape')
    }
    for (const view of ['Slack', 'Teams', 'Side by side']) {
      await page.getByRole('radio', { name: view, exact: true }).click()
      const folded = page.locator('.thread:not([open]) > summary:visible').last()
      await folded.click()
      expect(await audit(page)).toEqual([])
    }
    await page.locator('.post').last().locator('.teams-side').getByRole('button', { name: 'Trigger logic app' }).click()
    await page.getByRole('dialog').getByRole('combobox').click(within)
    await page.getByRole('option').first().waitFor(within)
    expect(await audit(page)).toEqual([])
  })
}

async function typedFor(page: Page, command: string, title: string): Promise<Locator> {
  await say(page, command)
  await page.getByRole('dialog', { name: title }).waitFor(within)
  return page.getByRole('dialog')
}

async function say(page: Page, command: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Command' }).fill(command)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Enter')
}

async function boxOf(part: Locator): Promise<{ y: number; width: number; height: number }> {
  const box = await part.boundingBox()
  if (box === null) throw new Error('it is not drawn')
  return box
}

async function inView(part: Locator): Promise<boolean> {
  const [one, feed] = await Promise.all([boxOf(part), boxOf(part.page().locator('.feed-scroll'))])
  return one.y >= feed.y && one.y + one.height <= feed.y + feed.height
}

async function ground(page: Page, selector: string, pseudo = ''): Promise<string> {
  const last = `[...document.querySelectorAll(${JSON.stringify(selector)})].at(-1)`
  return String(await page.evaluate(`getComputedStyle(${last}, ${JSON.stringify(pseudo)}).backgroundColor`))
}

async function untilFocused(page: Page, field: string): Promise<void> {
  const isIn = `document.activeElement.closest('[id="field_${field}"]') !== null`
  await until(`the focus on ${field}`, async () => ((await page.evaluate(isIn)) === true ? true : undefined))
}

/** Tabs until the focus is on a button whose words begin so. */
async function tabTo(page: Page, words: string): Promise<void> {
  for (let n = 0; n < 40; n += 1) {
    await page.keyboard.press('Tab')
    if (String(await page.evaluate('document.activeElement.textContent')).startsWith(words)) return
  }
  throw new Error(`no "${words}" by Tab`)
}
