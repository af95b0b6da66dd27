// Posts the token of the link to the API when the person says so, and shows what it answers.
const button = document.getElementById("confirm");
const message = document.getElementById("message");
const token = new URLSearchParams(location.search).get("token") ?? "";

button.addEventListener("click", async () => {
  button.disabled = true;
  try {
    const response = await fetch("/api/auth/email/verify", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
    });
    const answer = await response.json();
    message.textContent = answer.success
      ? "Thank you: your address is confirmed. You can close this page."
      : `${answer.message}.`;
    button.hidden = answer.success;
    button.disabled = !answer.success && response.status < 500;
  } catch {
    message.textContent = "The platform cannot be reached: try again in a moment.";
    button.disabled = false;
  }
});
