import { HttpClient } from '@angular/common/http';
import { Component, computed, inject, signal } from '@angular/core';
import { injectEvertoken } from 'evertoken/angular';

@Component({
  selector: 'app-home',
  template: `
    <dl data-testid="claims">
      @for (claim of claims(); track claim.name) {
        <dt>{{ claim.name }}</dt>
        <dd>{{ claim.value }}</dd>
      }
    </dl>
    <p data-testid="idle">Idle: {{ evertoken.idleSecondsLeft() }} s left</p>
    <button type="button" (click)="callApi()">Call the API</button>
    <button type="button" (click)="evertoken.session()?.signOut()">Sign out</button>
    <p role="status" data-testid="api">{{ answer() }}</p>
  `,
})
export class Home {
  private readonly http = inject(HttpClient);
  protected readonly evertoken = injectEvertoken();
  protected readonly answer = signal('');
  protected readonly claims = computed(() =>
    Object.entries(this.evertoken.claims() ?? {}).map(([name, value]) => ({
      name,
      value: typeof value === 'string' ? value : JSON.stringify(value),
    })),
  );

  protected callApi() {
    this.http.get<{ name: string }>('/api/me').subscribe({
      next: ({ name }) => this.answer.set(`200, hello ${name}`),
      error: (error) => this.answer.set(`The API answered ${error.status}.`),
    });
  }
}
