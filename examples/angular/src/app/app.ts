import { Component, DestroyRef, effect, inject, signal } from '@angular/core';
import { Router, RouterOutlet } from '@angular/router';
import { injectEvertoken } from 'evertoken/angular';

@Component({
  selector: 'app-root',
  imports: [RouterOutlet],
  template: `
    <main>
      <h1>Evertoken demo</h1>
      <p>
        Session: <span data-testid="status">{{ status() }}</span>, refreshes:
        <span data-testid="refreshes">{{ refreshes() }}</span>
      </p>
      <router-outlet />
    </main>
  `,
})
export class App {
  private readonly evertoken = injectEvertoken();
  protected readonly status = this.evertoken.status;
  protected readonly refreshes = signal(0);

  constructor() {
    const router = inject(Router);
    effect(() => {
      if (this.status() === 'ended') router.navigateByUrl('/sign-in');
    });
    const off = this.evertoken.session()?.on('refreshed', () => this.refreshes.update((count) => count + 1));
    inject(DestroyRef).onDestroy(() => off?.());
  }
}
