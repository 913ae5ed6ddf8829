import { act } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';

/** How long a combobox waits before it asks for what was typed, and some. */
const TYPED = 400;

/**
 * Chooses the first option that a text finds, with the keyboard: lists are drawn
 * only as far as they are seen, which is not at all here.
 */
export async function chooseIn(user: UserEvent, input: HTMLElement, text: string): Promise<void> {
  await user.click(input);
  await user.paste(text);
  await act(() => new Promise((resolve) => setTimeout(resolve, TYPED)));
  await user.keyboard('{ArrowDown}{Enter}');
}
