// Posts the token of the link to the API when the person says so, and shows what it answers.
const button = document.getElementById("confirm");
const message = document.getElementById("message");
const token = new URLSearchParams(location.search).get("token") ?? "";

button.addEventListener("click", async () => {
  button.disabled = true;
  try {
    const response = await fetch("/api/auth/email/revert", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
    });
    const answer = response.ok ? null : await response.json();
    message.textContent = response.ok
      ? "Your address stays, and every device is signed out. Set a new password next."
      : `${answer.message}.`;
    button.hidden = response.ok;
    button.disabled = !response.ok && response.status < 500;
  } catch {
    message.textContent = "The platform cannot be reached: try again in a moment.";
    button.disabled = false;
  }
});
